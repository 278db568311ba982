from datetime import timedelta
import pytest
from compliance import clock
from models.enums import *
from models.session import transaction
from moderation import library, triage, cases
from moderation.deadlines import paris_day
from tests.browser.conftest import sign_in
from tests.comment_factories import *
from tests.factories import person
from tests.use_cases.moderation import *  # noqa
pytestmark = pytest.mark.browser
TEXTS = ["J'ai pris toute la boîte de Cardexine, j'ai peur, je veux mourir.",
"Ma mère a été hospitalisée après 3 jours de Cardexine, chute de tension. Appelez-moi au 06 12 34 56 78.",
"Depuis que je prends Cardexine j'ai des vertiges et des nausées.",
"Enceinte de 3 mois, j'ai continué Cardexine sans savoir, c'est grave ?",
"Le blister de Cardexine était ouvert et il manquait deux comprimés.",
"Cardexine <script>alert(1)</script> ![x](http://evil.example/a.png) j'ai la tête qui tourne \u202eoups",
"Rivalox m'a donné des plaques rouges partout, quelqu'un d'autre ?",
"La Cardexine est remboursée à quel taux ?", "Merci pour cette belle photo, bravo à toute l'équipe !", "ok 👍"]

def shot(page, name):
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    page.wait_for_timeout(600)
    main = page.locator('[data-testid="stMain"]')
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": max(700, min(height + 20, 4000))})
    page.wait_for_timeout(400)
    page.screenshot(path=f"/tmp/shots/moderation_{name}.png")
    page.set_viewport_size(size)

def test_shots(sqlite_db, application, context):
    products(); account = company_account()
    nora = person(Role.PV_OFFICER, login="nora", name="Nora Diallo"); paul = person(Role.PV_OFFICER, login="paul", name="Paul Girard")
    person(Role.COMMUNITY_MANAGER, login="leo", name="Léo Martin"); med = person(Role.MEDICAL, login="medical")
    now = clock.now()
    ids = []
    with transaction() as s:
        for key, title, text, intents in (("urgence","Urgence","Nous nous inquiétons pour vous. Appelez tout de suite le 15 ou le 112. Le 3114 écoute, gratuitement, jour et nuit.",["urgent_help"]),
            ("contact","Prise de contact","Merci de nous avoir écrit. Pour que nous puissions vous aider, notre équipe vous contacte en message privé.",["testimony","medical_question"]),("merci","Remerciement","Merci beaucoup !",["praise"])):
            library.approve_text(s, med, key=key, language="fr", title=title, text=text, intents=intents, valid_until=paris_day(now)+timedelta(days=90))
    for n, t in enumerate(TEXTS, 1):
        with clock.at(now - timedelta(hours=[0.1, 2, 26, 20, 3, 5, 1, 6, 7, 8][n-1])):
            ids.append(bring_text(account, t, n, author=str(n % 7), posted_at=clock.now(), conversation_id=str(9000+n//3)))
    with transaction() as s: triage.claim(s, paul, comment_id=ids[2])
    with transaction() as s:
        triage.classify(s, nora, comment_id=ids[3], revision_n=1, row_version=comment(ids[3]).row_version, outcomes=[TriageOutcome.SPECIAL_SITUATION])
    for width in (1280, 390):
        context.clear_cookies()
        page = context.new_page(); page.set_viewport_size({"width": width, "height": 900})
        sign_in(page, application, "nora", path="/file-pv"); page.locator(".cv-text").first.wait_for()
        shot(page, f"queue_emergency_{width}")
        page.goto(f"{application.url}/file-pv?comment={ids[1]}"); page.locator(".cv-text").first.wait_for()
        page.keyboard.press("e") if False else None
        page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(); page.wait_for_timeout(500)
        page.get_by_role("button", name="Effet indésirable").click(); page.get_by_text("à vous").wait_for()
        if width == 1280:
            print(page.get_by_role("button", name="Enregistrer la décision").evaluate("e=>e.outerHTML"))
        shot(page, f"queue_{width}")
        bring(account, incoming(2, TEXTS[1].replace("hospitalisée", "suivie en consultation"), author="2", edits=(f"2{width}",)), cursor=f"c{width}") if width==1280 else None
        if width == 1280:
            page.get_by_role("button", name="Enregistrer la décision").click(); page.get_by_text("J'ai lu").wait_for()
            shot(page, "queue_conflict")
        page.get_by_role("button", name="Précédent").click(); page.wait_for_timeout(800)
        page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
        page.get_by_role("button", name="Non, parce que").click(); page.get_by_text("simple question").wait_for()
        shot(page, f"queue_reasons_{width}")
        page.get_by_role("button", name="Rendre").click()
        page.goto(f"{application.url}/file-pv?file=produit"); page.locator(".cv-text").first.wait_for(); shot(page, f"queue_product_{width}")
        page.goto(f"{application.url}/file-pv?reseau=facebook"); page.locator(".cv-empty").first.wait_for(); shot(page, f"queue_empty_{width}")
        page.goto(f"{application.url}/cas"); page.get_by_text("Ouvrir").first.wait_for(); shot(page, f"cases_{width}")
        page.get_by_role("button", name="Ouvrir").first.click(); page.get_by_text("Quatre critères").wait_for(); shot(page, f"case_{width}")
        page.goto(f"{application.url}/un-cas"); page.locator(".cv-empty").first.wait_for(); shot(page, f"case_none_{width}")
        context.clear_cookies()
        cm = context.new_page(); cm.set_viewport_size({"width": width, "height": 900})
        sign_in(cm, application, "leo", path="/gens-en-attente"); cm.locator(".cv-text").first.wait_for()
        shot(cm, f"people_{width}")
        if width == 1280:
            cm.get_by_role("button", name="Répondre").click(); cm.get_by_text("Réponse en cours d'envoi").first.wait_for(); shot(cm, "people_sent")
