from tests.comment_factories import *
from moderation import queries, triage
from models.enums import TriageOutcome
def test_smoke(db):
    products(); acc=company_account(); pv=officer()
    bring(acc, incoming(1,ADVERSE), incoming(2), incoming(3,"😀😀"), incoming(4,""), incoming(5, "bonjour\x00 \ud800 fin"))
    print(analysing.analyse_pending())
    with reading() as s:
        for r in queries.pv_queue(s): print(r.number, r.text, r.reason, r.facets.screening, r.case_number, r.evidence[:2])
        print(queries.counts(s)); print(queries.queue_length(s))
        r=queries.pv_queue(s)[0]
    with transaction() as s:
        triage.claim(s,pv,comment_id=r.comment_id)
    with transaction() as s:
        triage.classify(s,pv,comment_id=r.comment_id,revision_n=1,row_version=r.row_version,outcomes=[TriageOutcome.ADVERSE_EVENT])
    print(comment(r.comment_id))
    assert 0
