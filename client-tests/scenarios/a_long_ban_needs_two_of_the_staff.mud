@player bob
@staff mara moderator
@staff max moderator
@staff ned helper
mara> mute bob perm too loud
mara< Bob is muted on all channels until 
mara< once somebody else of the staff types `second 1`
max< case 1, Mara asks for a second opinion about Bob (mute: too loud). `modqueue 1`
bob< you are muted on all channels for another
mara> second 1 I am sure
mara< You have ordered that yourself: somebody else has to decide.
mara> mutes
mara< Bob: mute on all channels by Mara (moderator), 
max> modqueue
max< 1: second opinion about Bob
max> modqueue 1
max< mute: too loud by Mara (moderator), wanted until it is lifted
max> grant 1 no
max< Case 1 is no appeal
max> second 1 I agree
max< Bob is muted on all channels until it is lifted: too loud
bob< you are muted on all channels until staff lift it
mara< Case 1 about Bob (mute: too loud) is upheld by Max.
max> mutes
max< Bob: mute on all channels by Mara (moderator), until lifted: too loud
# What is no longer than a week one orders alone.
mara> mute bob 7d calm down
mara< Bob is muted on all channels until
mara! second
