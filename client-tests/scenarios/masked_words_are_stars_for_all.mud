@set chat.content_filtering.words [darn]
ada> say darn the darning needle
ada< You say, "**** the darning needle"
bob< Ada says, "**** the darning needle"
ada> pose Darn! cries Ada.
ada< ****! cries Ada.
bob< ****! cries Ada.
ada! Darn
