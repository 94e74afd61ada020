# No drawings and no columns, for those who want it and for as long as they do.
ada> map
ada< * you
ada> screenreader on
ada< Screen reader mode is on
ada> map
ada! * you
ada< North: not yet seen.
ada> limits
ada< say: a minute no limit, said 0, left any, next now.
ada> score
ada< Rooms seen: 1 of 6
ada! [#
ada> screenreader off
ada< Screen reader mode is off
ada> score
ada< Rooms seen: 1 of 6 [###.................]
ada> screenreader perhaps
ada< Say `screenreader on`
