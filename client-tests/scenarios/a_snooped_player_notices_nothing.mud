@player ada
@player bob
@staff mara moderator
@staff otto moderator
@staff hal helper
ada> snoop bob curious
ada! You read
hal> snoop bob curious
hal! you read
mara> snoop bob
mara< Usage:
mara> snoop otto curious
mara< Otto is not below you in rank.
mara> snoop nobody curious
mara< There is no player nobody.
mara> snoop off
mara< You read along with nobody.
mara> snoop bob he is said to sell passwords
mara< For 30 min you read what Bob says and hears: he is said to sell passwords
otto< Mara reads what Bob says and hears. The reason: he is said to sell passwords
bob! Mara
hal! Mara
bob> whisper ada psst
mara< [snoop: Bob] You whisper to Ada, "psst"
otto! psst
ada> whisper bob what is it
mara< [snoop: Bob] Ada whispers to you, "what is it"
ada> whisper hal he is odd
mara! odd
bob> myrecord
bob< Nothing stands against you
mara> record bob
mara< snoop by Mara (moderator): he is said to sell passwords
mara> snoop off
mara< You no longer read what Bob says and hears
bob! Mara
bob> whisper ada again
mara! again
