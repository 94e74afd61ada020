@staff mara moderator
@player bob
bob> rank bob admin
bob< There is no command "rank".
mara> rank bob helper
mara< There is no command "rank".
