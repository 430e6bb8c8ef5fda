"""The summary of a fiscal year as a page."""

import pytest
from flask_babel import force_locale

from app.domain.fiscal_years import SummaryBy
from app.reports.fiscal_summary import Line
from app.views.fiscal_summaries import name_of


@pytest.mark.parametrize(("language", "shown"), [("th", "พ.ย. 2569"), ("en", "Nov 2569")])
def test_a_month_is_named_in_the_readers_language_and_an_agency_as_in_the_register(portal, language, shown):
    with portal.app.test_request_context("/"), force_locale(language):
        assert name_of(SummaryBy.MONTH, Line("2569-11", "พ.ย. 2569", 0, 0, 0, 0, 0)) == shown
        assert name_of(SummaryBy.AGENCY, Line("04110101", "เทศบาล", 0, 0, 0, 0, 0)) == "เทศบาล"
