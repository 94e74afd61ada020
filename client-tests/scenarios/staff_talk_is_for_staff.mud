@staff mara moderator
@staff hal helper
@player ada
mara> admin all quiet
mara< [admin] Mara: all quiet
hal< [admin] Mara: all quiet
ada! all quiet
ada> admin hello?
mara! hello?
