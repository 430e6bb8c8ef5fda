"""Words that a narrow cell may not take apart: parts of names, and the register's own terms in the menu."""

from markupsafe import Markup

from app.views.whole_words import unbroken, whole


def test_each_part_of_a_name_is_whole():
    assert whole("นางกันยารัตน์ หนุนสุข") == '<span class="whole">นางกันยารัตน์</span> <span class="whole">หนุนสุข</span>'


def test_what_the_browser_breaks_rightly_by_itself_is_left_alone():
    assert whole("RC2570-04110101-000016 <b>") == "RC2570-04110101-000016 &lt;b&gt;"
    assert whole("ค่ารักษาพยาบาลที่กองทุนรับภาระ") == "ค่ารักษาพยาบาลที่กองทุนรับภาระ", "a phrase, longer than a name"
    assert whole(Markup("<b>สมชาย</b>")) == Markup("<b>สมชาย</b>") and whole(None) == ""


def test_a_name_cannot_bring_markup():
    assert whole("<i>สม</i>") == '<span class="whole">&lt;i&gt;สม&lt;/i&gt;</span>'


def test_terms_of_the_menu_are_whole_inside_their_line():
    assert unbroken("บันทึกข้อมูลผู้มีสิทธิรายใหม่") == 'บันทึกข้อมูล<span class="whole">ผู้มีสิทธิ</span>รายใหม่'
    assert unbroken("Register <b>") == "Register &lt;b&gt;"
