"""Starts and keeps alive the processes of one portal: Redis, web, worker, ticker (run.py is the door)."""
