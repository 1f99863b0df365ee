"""What the vendor's people open, under /desk/."""

from django.urls import path

from tenure.desk import clock, customers, mail

urlpatterns = [
    path("", customers.find, name="desk-find"),
    path("customers/<str:number>", customers.show, name="desk-customer"),
    path("mail", mail.box, name="desk-mail"),
    path("mail/<int:number>", mail.show, name="desk-letter"),
    path("clock", clock.show, name="desk-clock"),
    path("clock/advance", clock.advance, name="desk-clock-advance"),
]
