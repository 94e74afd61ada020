# Staff clear a title and say why; it stands on the record, and Ada may show another.
@staff mara moderator
ada> title of ill repute
ada< Your title: of ill repute.
bob> cleartext ada title rude
bob< There is no command "cleartext".
mara> cleartext ada title
mara< Usage:
mara> cleartext ada hat rude
mara< Usage:
mara> cleartext ada title rude
mara< The title of Ada is taken away: rude
ada< Staff have taken away your title. The reason: rude
bob> who
bob< Ada
bob! repute
ada> myrecord
ada< cleared: title: rude
mara> record ada
mara< cleared by Mara (moderator): title: rude
ada> title of good repute
ada< Your title: of good repute.
