"""What each network's terms ask, who signed them, and what is erased when: a network without them is not polled."""
