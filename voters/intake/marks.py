"""Signs that our own files carry, by which they are known again when they come back."""

# Stands in the line above the headings of an exported list whose NIK and NKK are masked: such a file is never loaded,
# or the masks would take the numbers' place.
MASKED = "NIK DAN NKK DISAMARKAN"

# The last line of an exported list that broke off: the web server ends the answer as if it were complete.
UNFINISHED = "BERKAS TIDAK LENGKAP, JANGAN DIPAKAI"
