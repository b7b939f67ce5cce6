pub(crate) async fn show(ctx: crate::Ctx) -> crate::Result {
    ctx.redirect("/", None)
}
