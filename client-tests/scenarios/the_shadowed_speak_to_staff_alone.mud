# Bob is shadowed and must not notice. Gil must not hear him; Mara reads him marked.
@player bob
@player gil
@staff mara moderator
mara> shadow bob all 1h floods
mara< Bob is shadowed on all channels until
bob! shadow
bob! Staff
bob> say anyone here?
bob< You say, "anyone here?"
bob! shadow
mara< [shadowed] Bob says, "anyone here?"
gil! anyone here
bob> global is this thing on?
bob< is this thing on?
mara< [shadowed]
gil! is this thing on
bob> whisper gil psst
bob< You whisper to Gil, "psst"
gil! psst
bob> retell are you there?
bob< You whisper to Gil, "are you there?"
gil! are you there
gil> reply what?
gil< Nobody has whispered to you yet.
bob> smile
bob< You smile.
gil! smiles
mara< [shadowed] Bob smiles.
bob> history say
bob< anyone here?
bob! shadow
gil> history say
gil! anyone here
mara> history say
mara< [shadowed] Bob says, "anyone here?"
bob> myrecord
bob< Nothing stands against you, and nothing ever did.
gil> who
gil! shadow
mara> mutes bob
mara< Bob: shadow on all channels by Mara (moderator)
mara> record bob
mara< shadow on all channels by Mara (moderator): floods
mara> unshadow bob calmer now
mara< Bob is no longer shadowed.
bob! shadow
bob! Staff
bob> say hello
gil< Bob says, "hello"
mara< Bob says, "hello"
