kim> down
kim< The Foot of the Stair
ada> global good morning
ada< [global] Ada: good morning
kim< [global] Ada: good morning
