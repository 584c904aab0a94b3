//! The key-value store: etcd v3's data model behind one trait.
