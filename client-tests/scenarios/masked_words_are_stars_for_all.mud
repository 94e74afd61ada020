@set chat.content_filtering.words [darn]
ada> say darn the darning needle
ada< You say, "**** the darning needle"
bob< Ada says, "**** the darning needle"
