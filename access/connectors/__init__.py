"""How grants are removed at a platform. A new way is a module beside these, and its name in choice.py."""
