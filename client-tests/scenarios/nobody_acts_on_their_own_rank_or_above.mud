@player ada
@staff mara moderator
@staff max moderator
@staff olga admin
mara> mute max spam
mara< Max is not below you in rank.
mara> ban olga spam
mara< Olga is not below you in rank.
mara> mute mara spam
mara< You cannot do that to yourself.
mara> warn nobodyhere spam
mara< There is no player nobodyhere.
ada> mute mara spam
ada< `ignore mara` sees to it that you do not hear them.
olga> mute mara spam
olga< Mara is muted on all channels
mara> say hello
mara< You are muted
ada! hello
mara> unmute mara
mara< You cannot do that to yourself.
