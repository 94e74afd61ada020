# A table that fits is drawn; on a narrower screen its rows are told, and nothing is wider than the screen.
@player ada via telnet
ada> settings width 80
ada< width is 80 now.
ada> limits
ada< channel  a minute  said  left  next
ada> settings width 30
ada< width is 30 now.
ada> limits
ada! channel  a minute
ada<   say: a minute no limit,
ada<     said 0, left any, next
ada<     now.
ada> say 漢字かな交じり文はどこでも改行できるものだ
ada< You say, "漢字かな交じり文は
ada< どこでも改行できるものだ"
