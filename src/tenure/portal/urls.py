"""What customers, resellers and anyone may open."""

from django.urls import URLPattern, path

from tenure.portal import account
from tenure.portal.activation import views as activation
from tenure.portal.cases import care, questions
from tenure.portal.cases import files as case_files
from tenure.portal.cases import listing as case_list
from tenure.portal.cases import views as cases
from tenure.portal.claims import views as claims
from tenure.portal.compliance import counting
from tenure.portal.compliance import views as compliance
from tenure.portal.contact import show as contact
from tenure.portal.contact_requests import views as contact_requests
from tenure.portal.courtesy import views as courtesy
from tenure.portal.home import home
from tenure.portal.joining import addresses, contacts
from tenure.portal.joining import history as contact_history
from tenure.portal.joining import views as joining
from tenure.portal.licences import certificates
from tenure.portal.licences import views as licences
from tenure.portal.lifecycle import views as lifecycle
from tenure.portal.notices import due
from tenure.portal.notices import preferences as notice_preferences
from tenure.portal.notices import views as notices
from tenure.portal.preferences import preferences
from tenure.portal.renewals import papers
from tenure.portal.renewals import views as renewals
from tenure.portal.renewing import show as renewing
from tenure.portal.resellers import acting, consents, taxes
from tenure.portal.resellers import views as resellers
from tenure.portal.started import views as started
from tenure.portal.statement import proofs
from tenure.portal.statement import views as statements

urlpatterns: list[URLPattern] = [
    path("licences", licences.index, name="licences"),
    path("licences/export", licences.export_list, name="licences-export"),
    path("licences/register", licences.register_by_number, name="licences-register"),
    path("licences/<str:serial>", licences.show, name="licence"),
    path("licences/<str:serial>/receipt", licences.receipt, name="licence-receipt"),
    path("licences/<str:serial>/courtesy", courtesy.ask, name="licence-courtesy"),
    path("licences/<str:serial>/register", licences.register, name="licence-register"),
    path("licences/<str:serial>/activation", activation.show, name="activation"),
    path("licences/<str:serial>/activation/export", activation.export, name="activation-export"),
    path("licences/<str:serial>/activation/machines", activation.begin, name="activation-begin"),
    path(
        "licences/<str:serial>/activation/machines/<int:activation_id>", activation.machine, name="activation-machine"
    ),
    *(
        path(f"licences/<str:serial>/activation/machines/<int:activation_id>/{verb}", view, name=f"activation-{verb}")
        for verb, view in (("move", activation.move), ("end", activation.end), ("renew", activation.renew))
    ),
    path("licences/<str:serial>/activation/files/<str:number>", activation.file, name="activation-file"),
    path("statement", statements.index, name="statements"),
    path("statement/<str:number>", statements.show, name="statement"),
    path("statement/<str:number>/export", statements.export_list, name="statement-export"),
    path("statement/<str:number>/paper", statements.paper, name="statement-paper"),
    path("statement/<str:number>/prove", statements.prove, name="statement-prove"),
    path("proofs/<str:number>", proofs.show, name="proof"),
    path("proofs/<str:number>/paper", proofs.paper, name="proof-paper"),
    path("proofs/<str:number>/facts", proofs.facts, name="proof-facts"),
    path("proof/<str:number>", proofs.verify, name="verify"),
    path("claims", claims.index, name="claims"),
    path("claims/new", claims.new, name="claim-new"),
    path("claims/<int:number>", claims.show, name="claim"),
    path("claims/<int:number>/withdraw", claims.withdraw, name="claim-withdraw"),
    path("claims/<int:number>/answer", claims.answer, name="claim-answer"),
    path("cases", case_list.index, name="cases"),
    path("cases/export", case_list.export_list, name="cases-export"),
    path("cases/new", care.begin, name="case-new"),
    path("cases/new/care", care.care, name="case-care"),
    path("cases/new/<slug:step>", questions.question, name="case-question"),
    path("cases/<str:number>", cases.show, name="case"),
    path("cases/<str:number>/receipt", cases.receipt, name="case-receipt"),
    path("cases/<str:number>/reply", cases.reply, name="case-reply"),
    path("cases/<str:number>/consent", cases.consent, name="case-consent"),
    path("cases/<str:number>/close", cases.close, name="case-close"),
    path("cases/<str:number>/reopen", cases.reopen, name="case-reopen"),
    path("cases/<str:number>/files/<int:file_id>", case_files.file, name="case-file"),
    path("certificates/<str:number>", certificates.show, name="certificate"),
    path("compliance", compliance.index, name="compliance"),
    path("compliance/export", compliance.export_list, name="compliance-export"),
    path("compliance/count", counting.count, name="compliance-count"),
    path("compliance/import", counting.take_in, name="compliance-import"),
    path("compliance/<str:number>/<str:slug>", compliance.show, name="compliance-position"),
    path("compliance/<str:number>/<str:slug>/export", compliance.export_one, name="compliance-arithmetic"),
    path("renewals", notices.index, name="renewals"),
    path("renewals/export", notices.export_list, name="renewals-export"),
    path("renewals/terms/<str:serial>", notices.show, name="renewal-term"),
    path("renewals/notices/<int:number>", due.show, name="renewal-due"),
    path("renewals/preferences", notice_preferences.show, name="renewal-preferences"),
    path("renewals/preferences/notices/<str:number>", notice_preferences.choose, name="renewal-notices-choose"),
    path("renewals/preferences/calendar", notice_preferences.calendar_address, name="renewal-calendar-address"),
    path("renewals/unsubscribe/<str:token>", notice_preferences.unsubscribe, name="renewal-unsubscribe"),
    path("renewals/calendar/<str:secret>.ics", notice_preferences.feed, name="renewal-calendar"),
    path("renewals/quotes", renewals.index, name="quotes"),
    path("renewals/quotes/export", renewals.export_list, name="quotes-export"),
    path("renewals/quotes/new", renewals.new, name="quote-new"),
    path("renewals/quotes/<str:number>", renewals.show, name="quote"),
    path("renewals/quotes/<str:number>/paper", renewals.paper, name="quote-paper"),
    *(
        path(f"renewals/quotes/<str:number>/{verb}", view, name=f"quote-{verb}")
        for verb, view in (
            ("send", renewals.send),
            ("remind", renewals.remind),
            ("accept", renewals.accept),
            ("decline", renewals.decline),
            ("withdraw", renewals.withdraw),
            ("order", renewals.order),
            ("fresh", renewals.fresh),
            ("sign", papers.sign),
            ("signed", papers.file),
            ("dispute", papers.dispute),
            ("end-dispute", papers.end_dispute),
        )
    ),
    path("renewals/requests", resellers.requests, name="reseller-requests"),
    path("renewals/requests/<int:number>", resellers.one, name="reseller-request"),
    path("renewals/requests/<int:number>/decline", resellers.decline, name="reseller-request-decline"),
    path("resellers", resellers.index, name="resellers"),
    path("resellers/<str:number>", resellers.show, name="reseller"),
    path("resellers/<str:number>/ask/<slug:wish>", resellers.ask, name="reseller-ask"),
    path("account/tax/<str:number>", taxes.show, name="tax-identifier"),
    path("account/acting/case", acting.case_for, name="acting-case"),
    path("account/consents/<str:number>", consents.show, name="consents"),
    path("account/consents/<str:number>/give", consents.give, name="consent-give"),
    path("account/consents/<str:number>/<int:consent_id>/end", consents.end, name="consent-end"),
    path("getting-started", started.index, name="getting-started"),
    path("getting-started/<str:slug>", started.show, name="getting-started-product"),
    path("contact", contact, name="contact"),
    path("renewing", renewing, name="renewing"),
    path("lifecycle", lifecycle.index, name="lifecycle"),
    path("lifecycle/<slug:slug>.json", lifecycle.show_json, name="lifecycle-json"),
    path("lifecycle/<str:slug>", lifecycle.show, name="lifecycle-product"),
    path("", home, name="home"),
    path("preferences", preferences, name="preferences"),
    path("account/link", joining.link, name="link"),
    path("account/joining/<str:number>", joining.requests, name="joining"),
    path("account/joining/<str:number>/<int:request_id>/approve", joining.approve, name="joining-approve"),
    path("account/joining/<str:number>/<int:request_id>/decline", joining.decline, name="joining-decline"),
    path("account/contacts/<str:number>", contacts.show, name="contacts"),
    path("account/contacts/<str:number>/<int:agreement_id>/name", contacts.name, name="contacts-name"),
    path("account/contacts/<str:number>/<int:agreement_id>/choose", contacts.choose, name="contacts-choose"),
    path("account/contacts/<str:number>/seats/<str:identifier>/end", contacts.end, name="contacts-end"),
    path("account/contacts/<str:number>/history", contact_history.show, name="contact-history"),
    path("account/contacts/<str:number>/history/export", contact_history.export, name="contact-history-export"),
    path(
        "account/contacts/<str:number>/changes/<int:request_id>/withdraw", contacts.withdraw, name="contacts-withdraw"
    ),
    path("account/contacts/<str:number>/addresses/<int:contact_id>", addresses.address, name="contact-address"),
    path("account/contact-requests", contact_requests.index, name="contact-requests"),
    path("account/contact-requests/new/<slug:wish>", contact_requests.ask, name="contact-request-new"),
    path("account/contact-requests/<int:number>", contact_requests.show, name="contact-request"),
    path("account/contact-requests/<int:number>/withdraw", contact_requests.withdraw, name="contact-request-withdraw"),
    path("account", account.account, name="account"),
    path("account/tokens", account.add_token, name="account_token_add"),
    path("account/tokens/<int:token_id>/revoke", account.revoke_token, name="account_token_revoke"),
    path("account/colleagues", account.colleagues, name="account_colleagues"),
    path("account/invitations/<str:secret>", account.invitation, name="account_invitation"),
    path("account/colleagues/<str:number>", account.organisation, name="account_organisation"),
    path("account/colleagues/<str:number>/invitations", account.invite, name="account_invite"),
    path(
        "account/colleagues/<str:number>/invitations/<int:invitation_id>/withdraw",
        account.withdraw_invitation,
        name="account_invitation_withdraw",
    ),
    path(
        "account/colleagues/<str:number>/members/<int:membership_id>/role",
        account.change_role,
        name="account_member_role",
    ),
    path(
        "account/colleagues/<str:number>/members/<int:membership_id>/end",
        account.end_membership,
        name="account_member_end",
    ),
    path("account/colleagues/<str:number>/handover", account.offer_handover, name="account_handover_offer"),
    path(
        "account/colleagues/<str:number>/handover/<int:handover_id>/accept",
        account.accept_handover,
        name="account_handover_accept",
    ),
    path(
        "account/colleagues/<str:number>/handover/<int:handover_id>/withdraw",
        account.withdraw_handover,
        name="account_handover_withdraw",
    ),
]
