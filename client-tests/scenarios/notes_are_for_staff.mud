@player ada
@staff mara moderator
mara> note ada third time this week
mara< Noted about Ada.
ada> myrecord
ada< Nothing stands against you, and nothing ever did.
mara> record ada
mara< note by Mara (moderator): third time this week
ada> record ada
ada< There is no command "record".
