# What `at` passes on holds no own aliases: one that stands for `at` and itself would never end.
@staff mara builder
mara> alias loop at mara loop
mara> loop
mara< There is no command "loop".
mara> alias far at square
mara> far say hello there
mara< You say, "hello there"
mara> exits
mara< The Quay
