@set chat.rate_limiting.enabled true
ada> global This place is dead, come over to the other one
bob> global this place is DEAD, come over to the other one!
gil> global this place is dead... come over to the other one
dan> global this place is dead, come over to the other one 4
dan< Several people have just said that.
ada! dead
dan> say this place is dead, come over to the other one
ada< Dan says, "this place is dead
ada> global good morning
bob> global good morning
gil> global good morning
dan> global good morning
ada< [global] Dan: good morning
