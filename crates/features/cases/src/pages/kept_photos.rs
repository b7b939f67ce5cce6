//! Photos between the steps of a form: accepted and sealed on the disk, and named only by a sealed word in the page. What
//! is never sent belongs to nobody and is swept after a day.

use chrono::TimeDelta;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use huiyin_base::{Instant, ProblemKind, Region};
use huiyin_files::NewFile;
use huiyin_vault::Place;
use huiyin_web::components::FormErrors;
use huiyin_web::{Ctx, Result, Upload};
use serde::{Deserialize, Serialize};

/// Half of the time after which nameless files are swept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(12);

/// The photos that a form has already handed over.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeptPhotos(pub(crate) Vec<NewFile>);

/// A kept photo as a page shows it to whoever sent it.
#[derive(Clone, Debug)]
pub(crate) struct KeptPicture {
    /// Which one of them, from 0.
    pub(crate) place: usize,
    /// A `data:` address, or nothing where the picture cannot be drawn.
    pub(crate) src: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    until: i64,
    files: Vec<NewFile>,
}

impl KeptPhotos {
    /// What an earlier step has kept, without what is unticked now, and what comes along with this one. Mistakes go to the
    /// field `photos`.
    pub(crate) async fn receive(
        ctx: &Ctx,
        region: Region,
        upload: &Upload,
        nonce: &str,
        most: usize,
        errors: &mut FormErrors,
    ) -> Result<Self> {
        let mut kept = Self::opened(ctx, region, upload.text("kept"), nonce, errors);
        let dropped: Vec<usize> = upload.all("drop").filter_map(|place| place.parse().ok()).collect();
        let mut place = 0;
        kept.0.retain(|_| {
            place += 1;
            !dropped.contains(&(place - 1))
        });
        let chosen: Vec<_> = upload.files("photos").collect();
        if kept.0.len() + chosen.len() > most {
            errors.add("photos", format!("最多附 {most} 张照片，请去掉几张。"));
            return Ok(kept);
        }
        for file in chosen {
            match ctx.site.files.accept(region, &file.name, &file.bytes, &mut ctx.rng(), ctx.now()).await {
                Ok(photo) => kept.0.push(photo),
                Err(problem) if problem.kind == ProblemKind::Broken => return Err(problem.into()),
                Err(problem) => errors.add("photos", problem.message),
            }
        }
        Ok(kept)
    }

    fn opened(ctx: &Ctx, region: Region, sealed: &str, nonce: &str, errors: &mut FormErrors) -> Self {
        if sealed.is_empty() {
            return Self::default();
        }
        let plain = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok();
        let plain = plain.and_then(|sealed| ctx.site.vault.open_sealed(place(nonce), &sealed).ok());
        let sealed: Option<Sealed> = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        let until =
            |sealed: &Sealed| Instant::from_timestamp(sealed.until, 0).is_some_and(|until| until > ctx.real_now());
        // A form that goes on in another county leaves its photos behind: each lies in its county's shard.
        if let Some(sealed) =
            sealed.filter(until).filter(|sealed| sealed.files.iter().all(|file| file.region == region))
        {
            Self(sealed.files)
        } else {
            errors.add("photos", "前面选的照片放得太久，请重新选择。");
            Self::default()
        }
    }

    /// The word that the next step brings back; it opens only together with this form's nonce.
    pub(crate) fn sealed(&self, ctx: &Ctx, nonce: &str) -> Result<String> {
        if self.0.is_empty() {
            return Ok(String::new());
        }
        let until = (ctx.real_now() + KEPT_FOR).timestamp();
        let sealed = Sealed { until, files: self.0.clone() };
        let plain = serde_json::to_vec(&sealed).map_err(huiyin_base::Problem::broken)?;
        Ok(BASE64URL_NOPAD.encode(&ctx.site.vault.seal(place(nonce), &plain, &mut ctx.rng())))
    }

    /// Each as a small picture inside the page: they have no address before a moderator has seen them.
    pub(crate) async fn pictures(&self, ctx: &Ctx) -> Result<Vec<KeptPicture>> {
        let mut pictures = Vec::new();
        for (place, file) in self.0.iter().enumerate() {
            let small = ctx.site.files.preview(file.region, &file.token).await?;
            let src = small.map(|small| format!("data:image/jpeg;base64,{}", BASE64.encode(&small)));
            pictures.push(KeptPicture { place, src });
        }
        Ok(pictures)
    }
}

fn place(nonce: &str) -> Place<'_> {
    Place { table: "form", column: "photos", row: nonce.as_bytes() }
}
