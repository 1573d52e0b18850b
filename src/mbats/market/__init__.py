"""Instruments, bars, calendars, conversion, the bar-to-tick path and the generated reference market."""
