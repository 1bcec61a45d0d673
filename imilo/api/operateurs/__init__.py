"""The operator contract: the calls that the Application CEJ already makes."""
