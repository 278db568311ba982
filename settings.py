"""What an installation can set, from the environment (`COVIGIE_…`) or a `.env` file."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of one installation; `docs/settings.md` is made from this class."""

    model_config = SettingsConfigDict(env_prefix="COVIGIE_", env_file=".env", extra="ignore")

    data_dir: Path = Field(Path("var"), description="Folder for the database, the keys and the anchors.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; without it, SQLite in the data folder.")
    key_dir: Path | None = Field(None, description="Folder of the installation's keys, outside the database.")
    anchor_dir: Path | None = Field(None, description="Folder where the head of the audit chain is anchored.")
    medicines_file: Path | None = Field(
        None, description="List of brands that `covigie import-bdpm` writes; the product's own until there is one."
    )
    port: int = Field(8501, description="Port of the application.")
    public_url: str | None = Field(None, description="Address under which people reach the application.")
    networks_url: str | None = Field(
        None,
        description="Public https address under which the networks reach the application: Instagram and TikTok fetch"
        " signed pictures and films there (`/signed-media/`); without it what they would fetch is not published.",
    )
    demo: bool = Field(False, description="True in the demonstration only: its accounts are shown at sign-in.")
    demo_password: str = Field("demo-helior-2026", description="Password of the demonstration's accounts.")
    session_hours: int = Field(12, description="Hours until a signed-in person must sign in again.")
    idle_minutes: int = Field(60, description="Minutes without a click until a person must sign in again.")
    lock_after: int = Field(5, description="Wrong passwords until an account is locked.")
    lock_minutes: int = Field(15, description="Minutes for which a locked account stays locked.")
    smtp_host: str = Field("localhost", description="Host of the mail server for what leaves by mail.")
    smtp_port: int = Field(25, description="Port of the mail server.")
    smtp_login: str | None = Field(None, description="Login at the mail server, when it asks for one.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    mail_from: str = Field("covigie@localhost", description="Sender of the mails.")
    pv_mailbox: str = Field("pharmacovigilance@localhost", description="Mailbox that receives the cases.")
    pv_domains: str = Field(
        "",
        description="Further domains from which an acknowledgement counts, with commas between; that of the mailbox"
        " above always does.",
    )
    pv_imap_host: str | None = Field(
        None, description="Host of the mailbox where acknowledgements arrive; without it they are typed in or dropped."
    )
    pv_imap_port: int = Field(993, description="Port of the mailbox of acknowledgements.")
    pv_imap_tls: bool = Field(
        True, description="False: STARTTLS on a plain port; plain text is taken from this machine only."
    )
    pv_imap_login: str = Field("", description="Login at the mailbox of acknowledgements.")
    pv_imap_password: SecretStr | None = Field(None, description="Password at the mailbox of acknowledgements.")
    pv_imap_folder: str = Field("INBOX", description="Folder of the mailbox of acknowledgements.")
    inbox_imap_host: str | None = Field(
        None, description="Host of the mailbox to which the public writes; without it no mail comes in."
    )
    inbox_imap_port: int = Field(993, description="Port of that mailbox.")
    inbox_imap_tls: bool = Field(
        True, description="False: STARTTLS on a plain port; plain text is taken from this machine only."
    )
    inbox_imap_login: str = Field("", description="Login at that mailbox.")
    inbox_imap_password: SecretStr | None = Field(None, description="Password at that mailbox.")
    inbox_imap_folder: str = Field("INBOX", description="Folder of that mailbox.")
    pv_mail_months: int = Field(
        12,
        ge=1,
        description="Months for which a mail of the mailbox of acknowledgements is kept when it concerns no case; what"
        " concerns a case stays with it.",
    )
    chase_attempts: int = Field(
        3, ge=1, description="Reminders to pharmacovigilance, one a business day, before a case climbs to people."
    )
    company: str = Field("Laboratoires Hélior", description="Name of the company on documents.")
    company_code: str = Field(
        "HELIOR", description="Short name of the company in the number of a safety report: capitals and digits only."
    )
    company_country: str = Field("FR", description="Country of the company, ISO 3166-1 alpha-2.")
    e2b_sender: str | None = Field(
        None, description="Identifier at the authority's gateway; the company's code if none."
    )
    e2b_receiver: str = Field("EVHUMAN", description="Identifier of the receiver of E2B(R3) files at its gateway.")
    e2b_schemas: Path | None = Field(
        None, description="Folder of ICH's E2B(R3) schema; files are checked against it when it is given."
    )
    meddra_dir: Path | None = Field(None, description="Folder of your own MedDRA: `llt.asc` and `pt.asc`, in UTF-8.")
    meddra_version: str | None = Field(
        None, description='Its version, such as "29.0", when the folder holds no `meddra_release.asc`.'
    )
    poll_seconds: int = Field(60, description="Seconds between two polls of an account.")
    fresh_poll_seconds: int = Field(
        20, description="Seconds between two polls of an account that published in the last two days."
    )
    reconcile_seconds: int = Field(3600, description="Seconds between two looks for edits and deletions.")
    monthly_dollars: float = Field(
        200.0,
        gt=0,
        description="US dollars that a network which bills in money may cost an account in a month: the coverage screen"
        " warns at 80 %; at the limit the account is read once an hour only.",
    )
    awareness_policy: str | None = Field(
        None, description="Reference of the policy, signed by pharmacovigilance, by which reception is awareness."
    )
    forward_hours: int = Field(24, description="Hours by the calendar until a case must be with pharmacovigilance.")
    reply_business_hours: int = Field(8, description="Business hours until a person must have an answer.")
    contest_business_hours: int = Field(40, description="Business hours until an author's contest must be decided.")
    reply_undo_seconds: int = Field(
        30, ge=0, le=600, description="Seconds for which an answer waits before it leaves, and can be called back."
    )
    reply_text_months: int = Field(
        12, ge=1, le=24, description="Months for which a text of the library may be approved."
    )
    missed_cases_percent: int = Field(
        2,
        ge=1,
        le=5,
        description="Percentage of cases that the detection may miss at most, promised with 95 % confidence. The"
        " smaller, the more comments a person reads; `covigie evaluate` shows the price.",
    )
    own_classifier: Path | None = Field(
        None, description="Folder of a classifier of your own (Hugging Face or ONNX) that decides in place of ours."
    )
    own_classifier_label: str | None = Field(None, description="Its label that means a case, when it is not plain.")
    own_classifier_threshold: float = Field(0.5, ge=0, le=1, description="Its score from which a comment is flagged.")
    classifiers_dir: Path | None = Field(
        None,
        description="Folder in which an administrator lays classifiers of your own, one folder each;"
        " pharmacovigilance chooses among them, tries and signs.",
    )
    shadow_days: int = Field(
        30, ge=1, description="Days of stored comments on which a change of the detection is tried before it is signed."
    )
    skim_seconds: int = Field(
        20, ge=0, description="Seconds that a screen of twenty texts is before a reader at least."
    )
    skim_most_per_month: int = Field(
        20_000,
        ge=0,
        description="Cleared comments in thirty days above which a weighted sample is skimmed instead of all.",
    )
    skim_witness_every: int = Field(60, ge=2, description="One witness among that many skimmed texts, on average.")
    second_reading_percent: float = Field(
        5.0, gt=0, le=100, description="Percentage of the decisions that a second person reads, blind."
    )
    lease_seconds: int = Field(
        120, description="Seconds after which a dead worker's row is taken over; above the timeout."
    )
    x_base_url: str = Field("https://api.x.com", description="Address of X's API, or of the sandbox.")
    linkedin_base_url: str = Field(
        "https://api.linkedin.com", description="Address of LinkedIn's API, or of the sandbox with `/linkedin`."
    )
    facebook_base_url: str = Field(
        "https://graph.facebook.com",
        description="Address of Meta's API for Facebook pages, or of the sandbox.",
    )
    instagram_base_url: str = Field(
        "https://graph.facebook.com", description="The same for Instagram, or of the sandbox with `/instagram`."
    )
    youtube_base_url: str = Field(
        "https://youtube.googleapis.com", description="Address of YouTube's API, or of the sandbox with `/youtube`."
    )
    tiktok_base_url: str = Field(
        "https://business-api.tiktok.com", description="Address of TikTok's API, or of the sandbox with `/tiktok`."
    )
    x_app_secret: SecretStr | None = Field(None, description="Consumer secret of your X app, which signs webhooks.")
    meta_app_secret: SecretStr | None = Field(None, description="Secret of your Meta app, which signs webhooks.")
    meta_verify_token: SecretStr | None = Field(
        None, description="The word that you chose for Meta's webhooks: Meta asks it back when you give the address."
    )
    x_client_id: str | None = Field(
        None, description="OAuth 2.0 client id of your X app: accounts are connected by it."
    )
    x_client_secret: SecretStr | None = Field(None, description="OAuth 2.0 client secret of your X app.")
    x_bearer_token: SecretStr | None = Field(
        None, description="The X app's own token (app-only), which asks X for its webhooks."
    )
    meta_app_id: str | None = Field(None, description="Id of your Meta app, for Facebook pages and Instagram accounts.")
    linkedin_client_id: str | None = Field(None, description="Client id of your LinkedIn app.")
    linkedin_application_id: str | None = Field(
        None, description="Number of your LinkedIn app, which its webhooks need: it stands in its page's address."
    )
    tiktok_app_id: str | None = Field(None, description="Id of your TikTok app.")
    youtube_client_id: str | None = Field(None, description="OAuth client id of your Google Cloud project.")
    youtube_client_secret: SecretStr | None = Field(None, description="OAuth client secret of that project.")
    linkedin_app_secret: SecretStr | None = Field(None, description="Secret of your LinkedIn app.")
    tiktok_app_secret: SecretStr | None = Field(None, description="Secret of your TikTok app.")
    network_timeout: float = Field(20.0, description="Seconds to wait for a network's answer.")

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'covigie.db'}"

    @property
    def keys(self) -> Path:
        """The folder of the installation's keys."""
        return self.key_dir or self.data_dir / "keys"

    @property
    def anchors(self) -> Path:
        """The folder of the anchored chain heads."""
        return self.anchor_dir or self.data_dir / "anchors"

    @property
    def medicines(self) -> Path:
        """The installation's own list of brands, which need not exist."""
        return self.medicines_file or self.data_dir / "medicines.txt"


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()  # pyright: ignore[reportCallIssue]
