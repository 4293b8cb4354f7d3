"""Options of a client that make no sense cost themselves and nothing else."""

from support.client import Client


def test_a_bad_option_leaves_the_others_in_force(repository):
    """A size that cannot be does not make an untrusted workspace trusted, where git would run."""
    options = {"trusted": False, "maxFileBytes": 0, "exclude": ["web/"]}
    with Client(repository, options=options) as client:
        status = client.until_idle()
        assert not status["git"]
        paths = {entry["path"] for entry in client.request("files/list")["entries"]}
        assert "shop" in paths
        assert "web" not in paths
        message = client.until("window/showMessage")["message"]
        assert "`maxFileBytes`" in message
        assert "trusted" not in message


def test_trust_that_cannot_be_read_is_none(repository):
    """What is no yes is a no."""
    with Client(repository, options={"trusted": "perhaps"}) as client:
        assert not client.until_idle()["git"]
        assert "`trusted`" in client.until("window/showMessage")["message"]
