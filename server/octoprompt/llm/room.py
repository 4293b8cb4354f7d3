"""How large a window a local model must be loaded for.

Ollama loads a model for some 4,000 tokens unless a request says otherwise, and then drops the
beginning of a longer one without a word.
"""

from octoprompt.llm.request import ModelRequest

SMALLEST = 8_192
CHARACTERS_A_TOKEN = 3
"""On the safe side: code has three and a half."""
MESSAGE_TOKENS = 10
"""For the marks around each message."""
ANSWER_TOKENS = 4_096


def room_for(request: ModelRequest, window: int | None) -> int:
    """Give the tokens to load a model for: enough for question and answer, within its window.

    In steps of powers of two, for a model that is asked for another window is loaded anew.
    """
    answer = request.options.max_tokens or ANSWER_TOKENS
    asked = sum(len(message.content) for message in request.messages) // CHARACTERS_A_TOKEN
    needed = asked + MESSAGE_TOKENS * len(request.messages) + answer
    room = max(SMALLEST, 1 << (needed - 1).bit_length())
    return room if window is None else min(room, window)
