@set chat.rate_limiting.enabled true
ada> say COME TO THE HARBOUR AT ONCE
ada< You say, "Come to the harbour at once"
bob< Ada says, "Come to the harbour at once"
ada> say nooooooooooooo!!!!!!!!!!!!
bob< Ada says, "noooooo!!!!!!"
ada> say OK, 1000000000 it is
bob< Ada says, "OK, 1000000000 it is"
