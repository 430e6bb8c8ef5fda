"""The shared application for tests of the console."""

from tests.portals import shared_app as shared_app
