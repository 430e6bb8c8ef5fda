/* Behaviour of every page: Buddhist-era calendars on date boxes, Thai words where Flask-AppBuilder's scripts have none. */
"use strict";

(function ($) {
  const BE = 543;
  const MONTHS = ["มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน",
    "ตุลาคม", "พฤศจิกายน", "ธันวาคม"];
  const SHORT = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."];

  $.fn.datepicker.dates.th = {
    days: ["อาทิตย์", "จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์"],
    daysShort: ["อา.", "จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส."],
    daysMin: ["อา.", "จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส."],
    months: MONTHS,
    monthsShort: SHORT,
    today: "วันนี้",
    clear: "ล้าง",
  };

  function shown(day) {
    const two = (number) => String(number).padStart(2, "0");
    return `${two(day.getUTCDate())}/${two(day.getUTCMonth() + 1)}/${day.getUTCFullYear() + BE}`;
  }

  /* What the server also reads is left as typed; the calendar needs a day only while it is open. */
  function read(text) {
    const parts = /^\s*(\d{1,2})\D(\d{1,2})\D(\d{4})\s*$/.exec(text.replace(/[๐-๙]/g, (sign) => "๐๑๒๓๔๕๖๗๘๙".indexOf(sign)));
    if (!parts || Number(parts[3]) < 2400) return undefined;
    return new Date(Date.UTC(Number(parts[3]) - BE, Number(parts[2]) - 1, Number(parts[1])));
  }

  function showBuddhistEra(picker) {
    const fill = picker.fill;
    picker.fill = function () {
      fill.call(this);
      this.picker.find(".datepicker-switch, .year, .decade, .century").each(function () {
        this.textContent = this.textContent.replace(/\d{4}/g, (year) => Number(year) + BE);
      });
    };
    picker.fill();
  }

  function addCalendar(box) {
    $(box).datepicker({
      language: "th",
      autoclose: true,
      forceParse: false,
      todayHighlight: true,
      format: { toDisplay: (day) => shown(new Date(day)), toValue: (text) => read(text) },
    });
    showBuddhistEra($(box).data("datepicker"));
  }

  window.portalCalendars = (within) => $(within).find("[data-be-date]").each((_place, box) => addCalendar(box));

  /* Flask-AppBuilder's search calls this for date columns and would stop with an error. */
  $.fn.datetimepicker = $.fn.datetimepicker || function () { return this; };

  $(function () {
    window.portalCalendars(document);
    $("select.my_select2").select2({ allowClear: true, theme: "bootstrap" });
    $("#check_all, .action_check_all").attr("aria-label", "เลือกทั้งหมด");
    $(".action_check").attr("aria-label", "เลือกแถวนี้");
  });
})(jQuery);
