@player bob
@staff mara moderator
@staff max moderator
bob> appeal set me free
bob< Nothing stands against you that you could appeal.
mara> mute bob 2h spam
mara< Bob is muted
bob> appeal it was not me
bob< Your appeal is with the staff now.
mara< case 1, Bob appeals: it was not me
max< case 1, Bob appeals: it was not me
bob> appeal and again
bob< Your appeal is with the staff already.
mara> dismiss 1 it was
mara< You have ordered that yourself: somebody else has to decide.
max> uphold 1 yes
max< Case 1 is an appeal: `grant 1` or `dismiss 1`.
max> grant 1 it was his brother
max< Bob is no longer muted.
bob< you are no longer muted
bob< Staff have decided about your appeal of
mara< Case 1 about Bob (mute: spam) is granted by Max.
bob> say thank you
max< Bob says, "thank you"
# The frozen may appeal, too.
mara> freeze bob stand still
mara< Bob is frozen until
bob> say let me go
bob< `appeal`
bob> appeal let me go
bob< Your appeal is with the staff now.
max> dismiss 3 stand still
max< Case 3 about Bob is dismissed.
bob< Staff have decided about your appeal
