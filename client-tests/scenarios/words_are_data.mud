# Markup and formats of ours mean nothing in what players say.
ada> say {b}loud{/} $n $m {{ 100% "quoted"
bob< Ada says, "{b}loud{/} $n $m {{ 100% "quoted""
