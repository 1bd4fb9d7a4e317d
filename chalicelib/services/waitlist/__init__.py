"""Places by lot: asking for them, and the draws that give them out."""
