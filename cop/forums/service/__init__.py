"""What people do with topics and posts. Each deed changes rows and records itself; none commits."""

from cop.forums.service.answers import accept_answer, reopen_question, take_back_thanks, thank_author
from cop.forums.service.posts import edit_post, hide_post, recount, reply_to_topic, restore_post
from cop.forums.service.topics import hide_topic, lock_topic, restore_topic, retitle_topic, start_topic, unlock_topic

__all__ = [
    "accept_answer",
    "edit_post",
    "hide_post",
    "hide_topic",
    "lock_topic",
    "recount",
    "reopen_question",
    "reply_to_topic",
    "restore_post",
    "restore_topic",
    "retitle_topic",
    "start_topic",
    "take_back_thanks",
    "thank_author",
    "unlock_topic",
]
