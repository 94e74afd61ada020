@player ada
@player bob
@staff mara moderator
bob> global you are all fools
bob> global and I mean it
mara> mute bob global#1,global#2 insults
mara< UTC: global#1,global#2 insults
mara> record bob
mara< (evidence: 
bob> myrecord
bob< global#1,global#2 insults
bob! evidence
mara> warn bob global#9 insults
mara< global#9 is not a line that is kept.
bob! warn
mara> warn bob breaking rule#3
mara< Bob is warned: breaking rule#3
