"""Records what MariaDB and its clients say to each other."""
