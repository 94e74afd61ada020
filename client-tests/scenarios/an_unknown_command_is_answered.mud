ada> frobnicate the bollard
ada< There is no command "frobnicate".
bob! frobnicate
