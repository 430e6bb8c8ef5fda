"""A made-up nation: agencies over the real provinces and districts, and families with a history, written in bulk.

The rows are those that the verbs and the rounds would have left behind (tests compare them); all people are made up, with
national IDs of office 9901, which does not exist.
"""
