@staff mara moderator
ada> ignore mara
ada< You cannot ignore staff.
mara> say mind the planks
ada< Mara says, "mind the planks"
