@player ada
@staff mara moderator
@staff max moderator
@staff ina admin
mara> say silence, all of you
ada< silence, all of you
ada> report mara she shouts at us
ada< What Mara said is with the staff now
ina< case 1, Mara is reported: she shouts at us
mara! reported
max! reported
mara> modqueue
mara< Nothing waits for you.
mara> modqueue 1
mara< There is no case 1.
max> dismiss 1 nonsense
max< There is no case 1.
max> dismiss 99999999999999999999 nonsense
max< There is no case
ina> claim 1
ina< You look into case 1 about Mara now.
ina> unclaim 1
ina< Nobody looks into case 1 about Mara now.
ina> dismiss 1 she may
ina< Case 1 about Mara is dismissed.
ada< it is dismissed. Thank you
mara! Case
