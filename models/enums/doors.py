"""What comes in by another door than a network's: files, telephone notes, mails, signed deliveries."""

from enum import StrEnum


class ImportField(StrEnum):
    """What a column of a file can be to a comment."""

    TEXT = "text"
    AT = "at"
    AUTHOR = "author"
    ID = "id"
    HAD = "had"
    THREAD = "thread"
    PARENT = "parent"


class FileKind(StrEnum):
    """The forms of file that are read."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"


class FileEncoding(StrEnum):
    """How the letters of a file are written; cp1252 is what older spreadsheets of Windows write."""

    UTF_8 = "utf-8-sig"
    UTF_16 = "utf-16"
    CP1252 = "cp1252"


class ImportStatus(StrEnum):
    """Where the import of a file stands. STOPPED: by a person; FAILED: the file can no longer be read."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class RowProblem(StrEnum):
    """Why a row of a file was not entered."""

    NO_TEXT = "no_text"
    NO_DATE = "no_date"
    DATE_UNREADABLE = "date_unreadable"
    DATE_TO_COME = "date_to_come"
    HAD_UNREADABLE = "had_unreadable"
    TOO_LONG = "too_long"
    CELLS = "cells"
    QUOTES = "quotes"
    NOT_JSON = "not_json"


class CallDirection(StrEnum):
    """Who called: somebody called the company, or the company called and was told something."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Speaker(StrEnum):
    """Who spoke: it says at first sight how far what was said can be followed up."""

    PATIENT = "patient"
    RELATIVE = "relative"
    PHARMACY = "pharmacy"
    PROFESSIONAL = "professional"
    OTHER = "other"


class MailGap(StrEnum):
    """Why something of a mail is in the mailbox alone: above what is read, or not to be read by a machine."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
