"""How access is taken away where it was granted. A further way is a module beside these, and its name in choice.py."""
