bob> channels leave global
ada> global one
bob! one
bob> global two
bob< You have left global
ada! two
bob> channels join global
ada> global three
bob< [global] Ada: three
