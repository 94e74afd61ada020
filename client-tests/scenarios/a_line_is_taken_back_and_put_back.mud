@player ada
@player bob
@staff mara moderator
@staff otto moderator
bob> global buy gold from me
ada< Bob: buy gold from me
bob> global it is cheap
ada> redact global#1 so there
ada! taken back
mara> redact global#1
mara< Usage:
mara> redact bob so there
mara< names no line
mara> redact global#9 advertising
mara< global#9 is not a line that is kept.
mara> redact global#1 advertising
mara< global#1 by Bob is taken back: advertising
ada! advertising
bob! advertising
ada> history global
ada< #2 [global] Bob: it is cheap
ada! gold
bob> history global
bob! gold
mara> history global
mara< [taken back by Mara: advertising] [global] Bob: buy gold
mara> redact global#1 again
mara< Mara has taken that line back already: advertising
mara> unredact global#2
mara< That line has not been taken back.
otto> unredact global#1 it was a joke
otto< global#1 by Bob can be read again: it was a joke
ada> history global
ada< #1 [global] Bob: buy gold
# Nobody takes back what their own rank said, but everybody may take back their own words.
otto> global oops
mara> redact global#3 not yours
mara< Otto is not below you in rank.
otto> redact global#3 a slip
otto< global#3 by Otto is taken back: a slip
ada> history global
ada! oops
