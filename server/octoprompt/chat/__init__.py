"""Conversation trees and the streaming loop."""
