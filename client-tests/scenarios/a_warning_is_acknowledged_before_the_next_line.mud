@player ada
@player bob
@staff mara moderator
mara> warn bob no insults, please
mara< Bob is warned: no insults, please
bob< Staff warn you: no insults, please
bob> say hello
bob< Staff have warned you: no insults, please
ada! hello
bob> acknowledge
bob< Thank you. This no longer keeps you from speaking.
bob> say hello
ada< Bob says, "hello"
bob> acknowledge
bob< There is nothing to acknowledge.
bob> myrecord
bob< warning: no insults, please [acknowledged
