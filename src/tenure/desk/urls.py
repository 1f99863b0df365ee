"""What the vendor's people open, under /desk/."""

from django.urls import path

from tenure.desk import addresses, clock, compliance, contact_requests, customers, joining, letters, mail, teams
from tenure.desk.cases import keys, opening, queue, show, steps

urlpatterns = [
    path("", customers.find, name="desk-find"),
    path("cases", queue.index, name="desk-cases"),
    path("cases/new", opening.new, name="desk-case-new"),
    path("cases/<str:number>", show.show, name="desk-case"),
    path("cases/<str:number>/<slug:step>", steps.step, name="desk-case-step"),
    path("keys", keys.show, name="desk-keys"),
    path("keys/switch", keys.switch, name="desk-keys-switch"),
    path("customers/<str:number>", customers.show, name="desk-customer"),
    path(
        "customers/<str:customer>/certificates/<str:number>/send",
        letters.send_certificate,
        name="desk-certificate-send",
    ),
    path(
        "customers/<str:customer>/contact-ids/<str:identifier>/send",
        letters.send_contact_id,
        name="desk-contact-id-send",
    ),
    path("papers", letters.papers, name="desk-papers"),
    path("joining", joining.index, name="desk-joinings"),
    path("joining/<int:number>", joining.show, name="desk-joining"),
    path("joining/<int:number>/approve", joining.approve, name="desk-joining-approve"),
    path("joining/<int:number>/decline", joining.decline, name="desk-joining-decline"),
    path("compliance", compliance.index, name="desk-compliance"),
    path("compliance/export", compliance.export_list, name="desk-compliance-export"),
    path("contact-requests", contact_requests.index, name="desk-contact-requests"),
    path("contact-requests/export", contact_requests.export, name="desk-contact-requests-export"),
    path("contact-requests/<int:number>", contact_requests.show, name="desk-contact-request"),
    path("contact-requests/<int:number>/grant", contact_requests.grant, name="desk-contact-request-grant"),
    path("contact-requests/<int:number>/decline", contact_requests.decline, name="desk-contact-request-decline"),
    path("contact-requests/<int:number>/withdraw", contact_requests.withdraw, name="desk-contact-request-withdraw"),
    path("contact-requests/<int:number>/files/<int:file_id>", contact_requests.file, name="desk-contact-request-file"),
    path("addresses", addresses.index, name="desk-addresses"),
    path("mail", mail.box, name="desk-mail"),
    path("mail/<int:number>", mail.show, name="desk-letter"),
    path("teams", teams.index, name="desk-teams"),
    path("new-team", teams.add, name="desk-team-add"),
    path("teams/<slug:slug>", teams.show, name="desk-team"),
    path("teams/<slug:slug>/rename", teams.rename, name="desk-team-rename"),
    path("teams/<slug:slug>/archive", teams.archive, name="desk-team-archive"),
    path("teams/<slug:slug>/unarchive", teams.unarchive, name="desk-team-unarchive"),
    path("teams/<slug:slug>/people", teams.join, name="desk-team-join"),
    path("teams/<slug:slug>/people/<int:person_id>/leave", teams.leave, name="desk-team-leave"),
    path("clock", clock.show, name="desk-clock"),
    path("clock/advance", clock.advance, name="desk-clock-advance"),
    path("clock/reset", clock.reset, name="desk-clock-reset"),
]
