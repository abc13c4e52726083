"""Does a system still answer when the same question comes in another form?"""
