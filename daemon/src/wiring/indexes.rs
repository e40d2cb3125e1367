//! Which index answers, and which one is made in its place.
//!
//! An index lies in one of two places. The one whose epoch the database knows answers. When it was made for another
//! embedding model or an older form, it goes on answering as it is, and its successor is made in the other place; a killed
//! daemon finds both again and goes on where it was. What lies in the other place and belongs to nobody is thrown away. Under
//! another term key nothing can be found in the old one, so it is thrown away too and made anew.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use uuid::Uuid;
use voiceassist_rag::index::edge::EdgeIndex;
use voiceassist_rag::index::qdrant::QdrantIndex;
use voiceassist_rag::index::twin::Twin;
use voiceassist_rag::index::{ChunkIndex, IndexError, IndexIdentity, IndexSpec};
use voiceassist_store::Store;
use voiceassist_workers::recovery::INDEX;

use super::{World, qdrant_settings};
use crate::config::Config;
use crate::egress;

/// What is put behind the name of a place for the other one.
const OTHER: &str = "-b";

/// Where an index lies.
#[derive(Clone, Debug)]
pub enum Place {
    /// A directory of the engine in this process.
    Directory(PathBuf),
    /// A collection of a server.
    Collection(Box<voiceassist_rag::index::qdrant::QdrantSettings>),
}

/// An index that was opened, and where it lies.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What answers, and what is made.
    pub twin: Arc<Twin>,
    /// Where the one that answers lies.
    pub serving: Place,
}

impl Place {
    /// What lies here.
    pub async fn identity(&self) -> Result<Option<IndexIdentity>, IndexError> {
        match self {
            Self::Directory(path) => EdgeIndex::identity_in(path.clone()).await,
            Self::Collection(settings) => QdrantIndex::identity_of((**settings).clone()).await,
        }
    }

    async fn open(&self, spec: IndexSpec, epoch: Uuid) -> Result<Arc<dyn ChunkIndex>, IndexError> {
        Ok(match self {
            Self::Directory(path) => Arc::new(EdgeIndex::open(path.clone(), spec, epoch).await?),
            Self::Collection(settings) => {
                Arc::new(QdrantIndex::connect((**settings).clone(), spec, epoch).await?)
            }
        })
    }

    async fn open_as_it_is(&self) -> Result<Arc<dyn ChunkIndex>, IndexError> {
        Ok(match self {
            Self::Directory(path) => Arc::new(EdgeIndex::open_as_it_is(path.clone()).await?),
            Self::Collection(settings) => Arc::new(QdrantIndex::open_as_it_is((**settings).clone()).await?),
        })
    }

    /// Throws away what lies here. Nobody may have it open.
    pub async fn discard(&self) -> Result<(), IndexError> {
        match self {
            Self::Directory(path) => EdgeIndex::discard(path.clone()).await,
            Self::Collection(settings) => QdrantIndex::discard((**settings).clone()).await,
        }
    }
}

/// Both places, the usual one first.
pub async fn places(config: &Config) -> anyhow::Result<[Place; 2]> {
    if config.index.qdrant_url.is_empty() {
        let usual = config.state.directory.join("index");
        let other = config.state.directory.join(format!("index{OTHER}"));
        return Ok([Place::Directory(usual), Place::Directory(other)]);
    }
    let address = url::Url::parse(&config.index.qdrant_url).context("reading index.qdrant_url")?;
    let destinations = egress::destinations(config)?;
    destinations.check_addresses(&address).await.context("judging the address of the index server")?;
    let usual = qdrant_settings(config);
    let mut other = usual.clone();
    other.collection.push_str(OTHER);
    Ok([Place::Collection(Box::new(usual)), Place::Collection(Box::new(other))])
}

/// Opens the index that answers, as it is and to look at only: nothing is made and nothing thrown away, but an index where
/// there is none at all.
pub async fn look(
    config: &Config,
    world: &World,
    store: &Store,
    spec: IndexSpec,
) -> anyhow::Result<Arc<dyn ChunkIndex>> {
    let places = places(config).await?;
    let recorded = store.index_epochs().current(INDEX).await?;
    let found = [places[0].identity().await?, places[1].identity().await?];
    if let Some(place) = serving(&found, recorded, &spec) {
        return places[place].open_as_it_is().await.context("opening the index");
    }
    let epoch = world.randomness.uuid(&*world.clock);
    places[0].open(spec, epoch).await.context("making the index")
}

/// Opens the index for work. `can_embed` says whether there is a model that could fill another.
pub async fn open(
    config: &Config,
    world: &World,
    store: &Store,
    spec: IndexSpec,
    can_embed: bool,
) -> anyhow::Result<Opened> {
    let places = places(config).await?;
    let recorded = store.index_epochs().current(INDEX).await?;
    let found = [places[0].identity().await?, places[1].identity().await?];
    let epoch = world.randomness.uuid(&*world.clock);
    let Some(at) = serving(&found, recorded, &spec) else {
        return single(&places, 0, spec, epoch, store).await;
    };
    let is_readable = found[at].as_ref().is_some_and(|identity| identity.term_key == spec.term_key);
    let is_wanted = found[at].as_ref().is_some_and(|identity| identity.is_for(&spec));
    if is_wanted {
        return single(&places, at, spec, epoch, store).await;
    }
    let old = if is_readable { places[at].open_as_it_is().await } else { Err(other_key()) };
    let old = match old {
        Ok(old) => old,
        Err(error) => {
            tracing::warn!(%error, "the index cannot be used as it is; it is made anew from the database");
            places[at].discard().await.context("throwing the index away")?;
            return single(&places, at, spec, epoch, store).await;
        }
    };
    let serving = places[at].clone();
    if !can_embed {
        tracing::warn!("the index is of another model, and there is none to make another with; it stays");
        return Ok(Opened { twin: Arc::new(Twin::single(old)), serving });
    }
    let next = successor(&places[1 - at], found[1 - at].as_ref(), spec, epoch, store).await?;
    Ok(Opened { twin: Arc::new(Twin::building(old, next)), serving })
}

/// Which of both places answers: that which the database knows, else one that is as wanted, else whichever there is.
fn serving(found: &[Option<IndexIdentity>; 2], recorded: Option<Uuid>, spec: &IndexSpec) -> Option<usize> {
    let place = |is: &dyn Fn(&IndexIdentity) -> bool| {
        found.iter().position(|identity| identity.as_ref().is_some_and(is))
    };
    place(&|identity| Some(identity.epoch) == recorded)
        .or_else(|| place(&|identity| identity.is_for(spec)))
        .or_else(|| place(&|_| true))
}

/// One index, and nothing in the other place.
async fn single(
    places: &[Place; 2],
    at: usize,
    spec: IndexSpec,
    epoch: Uuid,
    store: &Store,
) -> anyhow::Result<Opened> {
    let put_back = store.index_epochs().give_build_up(INDEX).await?;
    if put_back > 0 {
        tracing::info!(
            documents = put_back,
            "the index stays as it was; what came meanwhile is embedded for it"
        );
    }
    if places[1 - at].identity().await?.is_some() {
        places[1 - at].discard().await.context("throwing an index away that nobody needs any more")?;
    }
    let index = places[at].open(spec, epoch).await.context("opening the index")?;
    Ok(Opened { twin: Arc::new(Twin::single(index)), serving: places[at].clone() })
}

/// The index that is made in the place of the old one: the one that was begun, or a new one.
async fn successor(
    place: &Place,
    found: Option<&IndexIdentity>,
    spec: IndexSpec,
    epoch: Uuid,
    store: &Store,
) -> anyhow::Result<Arc<dyn ChunkIndex>> {
    let build = store.index_epochs().build(INDEX).await?;
    let goes_on = found.is_some_and(|found| {
        found.is_for(&spec) && build.as_ref().is_some_and(|build| build.epoch == found.epoch)
    });
    if found.is_some() && !goes_on {
        place.discard().await.context("throwing a half-made index away")?;
    }
    let next = place.open(spec, epoch).await.context("opening the index that is made")?;
    if !goes_on {
        store.index_epochs().begin_build(INDEX, next.identity().epoch).await?;
    }
    tracing::info!(goes_on, "an index is made for the configured model; the one before answers meanwhile");
    Ok(next)
}

fn other_key() -> IndexError {
    IndexError::Mismatch {
        what: "term key",
        found: "of another key".to_owned(),
        wanted: "of the present one".to_owned(),
    }
}
