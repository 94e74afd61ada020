//! Every NATS subject, built and taken apart here and nowhere else.
//!
//! Tokens come only from checked ids, so nothing a client typed can reach a subject.
