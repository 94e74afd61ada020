@player ada
@guest gil
gil> global hello everyone
gil< Guests are not heard on global
ada! hello everyone
ada> global hello guests
gil< [global] Ada: hello guests
gil> say hello room
ada< Gil says, "hello room"
